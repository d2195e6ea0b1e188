{{/* The rights of the hook are there before its Job and go after it. */}}
{{- define "reconciler.uninstallHook" -}}
helm.sh/hook: post-delete
helm.sh/hook-weight: "0"
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{- define "reconciler.uninstallRules" -}}
- apiGroups: [reconciler.io]
  resources: [installations, dynamicmodules]
  verbs: [list, patch]
{{- end -}}
