{{/* Prefix of object names. */}}
{{- define "reconciler.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What the Deployment, the Services and the policies select by; must never change. */}}
{{- define "reconciler.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels of every object. */}}
{{- define "reconciler.labels" -}}
{{ include "reconciler.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.extraLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "reconciler.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "reconciler.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is needed when serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "reconciler.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "reconciler.leaseNamespace" -}}
{{- default .Release.Namespace .Values.leaderElection.namespace -}}
{{- end -}}

{{- define "reconciler.tokenNamespace" -}}
{{- default .Release.Namespace .Values.forgeRemote.tokenNamespace -}}
{{- end -}}

{{/* Namespace of the Installations that discovery makes. */}}
{{- define "reconciler.discoveryNamespace" -}}
{{- default .Release.Namespace (dig "metadata" "namespace" "" .Values.forgeRemote.discovery.template) -}}
{{- end -}}

{{/* Security of the operator's own container and of the uninstall hook's. */}}
{{- define "reconciler.containerSecurity" -}}
securityContext: {{- toYaml .Values.securityContext | nindent 2 }}
{{- end -}}

{{/* A binding of the operator's ServiceAccount: list of kind (Role or ClusterRole) and name. */}}
{{- define "reconciler.bindsTo" -}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "reconciler.serviceAccountName" .root }}
    namespace: {{ .root.Release.Namespace }}
{{- end -}}

{{/* What the operator does in the namespaces it serves. A test holds this list to the requests that it makes. */}}
{{- define "reconciler.rules" -}}
# It never writes spec or labels of Installation and DynamicModule; `patch` on them is for its finalizer and its
# annotations, which RBAC cannot grant alone.
- apiGroups: [reconciler.io]
  resources: [installations, dynamicmodules]
  verbs: [get, list, watch, patch]
- apiGroups: [reconciler.io]
  resources: [installations/status, dynamicmodules/status]
  verbs: [patch]
# The ledger is the operator's own.
- apiGroups: [reconciler.io]
  resources: [moduleledgers]
  verbs: [get, list, watch, create, update]
# Credentials that Installations name.
- apiGroups: ['']
  resources: [secrets]
  {{- with .Values.secrets.names }}
  resourceNames: {{ toJson . }}
  {{- end }}
  verbs: [get, list, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{/* The page that alerts link to: the one given, else the one of this version where the chart is at home. A chart that was
never released is nowhere at home: then the path of the page in its sources. */}}
{{- define "reconciler.runbookUrl" -}}
{{- $page := "docs/failures.md" -}}
{{- if .Values.metrics.prometheusRule.runbookUrl -}}
{{- .Values.metrics.prometheusRule.runbookUrl -}}
{{- else if .Chart.Home -}}
{{- printf "%s/blob/v%s/%s" (trimSuffix "/" .Chart.Home) .Chart.AppVersion $page -}}
{{- else -}}
{{- $page -}}
{{- end -}}
{{- end -}}

{{/* Its UID tells one cluster from another, so that a restored backup is recognised. */}}
{{- define "reconciler.identityRule" -}}
- apiGroups: ['']
  resources: [namespaces]
  resourceNames: [kube-system]
  verbs: [get]
{{- end -}}

{{/* Whole seconds of a duration such as 1m30s. */}}
{{- define "reconciler.seconds" -}}
{{- $total := 0 -}}
{{- range regexFindAll "[0-9.]+(ms|s|m|h)" . -1 -}}
{{- $unit := regexFind "[a-z]+" . -}}
{{- $factor := get (dict "ms" 0.001 "s" 1.0 "m" 60.0 "h" 3600.0) $unit -}}
{{- $total = addf $total (mulf (trimSuffix $unit . | float64) $factor) -}}
{{- end -}}
{{- ceil $total -}}
{{- end -}}
