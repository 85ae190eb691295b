// Objects of Kubernetes, by the types of kubernetes-types.

import type { ValidatingWebhookConfiguration } from 'kubernetes-types/admissionregistration/v1.js';
import type { CustomResourceDefinition } from 'kubernetes-types/apiextensions/v1.js';
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import type {
  ConfigMap,
  Endpoints,
  Event,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ReplicationController,
  Secret,
  Service,
  ServiceAccount,
} from 'kubernetes-types/core/v1.js';
import type { Ingress, NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from 'kubernetes-types/rbac/v1.js';
import type { StorageClass } from 'kubernetes-types/storage/v1.js';

/** What `kubectl apply` is given most. */
export type KubernetesObject =
  | ClusterRole
  | ClusterRoleBinding
  | ConfigMap
  | CronJob
  | CustomResourceDefinition
  | DaemonSet
  | Deployment
  | Endpoints
  | Event
  | HorizontalPodAutoscaler
  | Ingress
  | Job
  | Namespace
  | NetworkPolicy
  | Node
  | PersistentVolume
  | PersistentVolumeClaim
  | Pod
  | PodDisruptionBudget
  | ReplicaSet
  | ReplicationController
  | Role
  | RoleBinding
  | Secret
  | Service
  | ServiceAccount
  | StatefulSet
  | StorageClass
  | ValidatingWebhookConfiguration;

/** Objects that are applied together. */
export interface List {
  kind: 'List';
  apiVersion: 'v1';
  items: KubernetesObject[];
}

/** @service corpus.kubernetes */
export interface KubernetesEcho {
  echo(value: KubernetesObject | List): Promise<KubernetesObject | List>;
}
