{{/* Arguments of the container. */}}
{{- define "reconciler.arguments" -}}
- run
{{- range .Values.watchNamespaces }}
- --namespace={{ . }}
{{- end }}
{{- range .Values.secrets.names }}
- --secret-name={{ . }}
{{- end }}
- --leader-elect={{ .Values.leaderElection.enabled }}
{{- if .Values.leaderElection.enabled }}
- --lease-namespace={{ include "reconciler.leaseNamespace" . }}
- --lease-duration={{ .Values.leaderElection.leaseDuration }}
{{- end }}
- --concurrency={{ .Values.concurrency }}
- --metrics-bind=0.0.0.0:{{ .Values.metrics.port }}
- --health-bind=0.0.0.0:{{ .Values.healthPort }}
- --shutdown-grace={{ .Values.shutdownGrace }}
- --log-format={{ .Values.log.format }}
{{- if .Values.log.verbose }}
- --verbose
{{- end }}
{{- if .Values.allowInsecureRemote }}
- --allow-insecure-remote
{{- end }}
{{- with .Values.remotes }}
{{- range .allowHosts }}
- {{ printf "--allow-remote-hosts=%s" . | quote }}
{{- end }}
{{- range .onlyHosts }}
- {{ printf "--only-remote-hosts=%s" . | quote }}
{{- end }}
{{- with .caFile }}
- --remote-ca={{ . }}
{{- end }}
{{- end }}
{{- with .Values.otlp.endpoint }}
- --otlp-endpoint={{ . }}
{{- end }}
{{- if .Values.debug }}
- --debug
{{- end }}
{{- if .Values.console.enabled }}
- --console-bind=127.0.0.1:{{ .Values.console.port }}
{{- range .Values.console.hosts }}
- --console-host={{ . }}
{{- end }}
{{- end }}
{{- with .Values.forgeRemote }}
{{- if .enabled }}
- --forge-remote-bind=0.0.0.0:{{ .port }}
{{- range .appIds }}
- --forge-app-id={{ . }}
{{- end }}
{{- with .jwksUrl }}
- --forge-jwks-url={{ . }}
{{- end }}
{{- with .isolatedJwksTemplate }}
- {{ printf "--forge-isolated-jwks-template=%s" . | quote }}
{{- end }}
- --forge-token-namespace={{ include "reconciler.tokenNamespace" $ }}
{{- range .usableFrom }}
- {{ printf "--forge-usable-from=%s" . | quote }}
{{- end }}
{{- range .trustedProxies }}
- {{ printf "--forge-trusted-proxies=%s" . | quote }}
{{- end }}
{{- if .discovery.enabled }}
- --forge-discovery-template=/etc/reconciler/discovery/installation.yaml
- --forge-discovery-max={{ .discovery.max }}
{{- end }}
{{- end }}
{{- end }}
{{- range .Values.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end -}}

{{/* Environment of every container: nobody attaches to the runtime, which would want a writable directory, and no dump is
written of a memory that holds credentials. */}}
{{- define "reconciler.runtimeEnvironment" -}}
- { name: DOTNET_EnableDiagnostics, value: "0" }
- { name: DOTNET_DbgEnableMiniDump, value: "0" }
{{- end -}}

{{/* Environment of the container. */}}
{{- define "reconciler.environment" -}}
{{ include "reconciler.runtimeEnvironment" . }}
{{- if .Values.otlp.endpoint }}
- { name: OTEL_EXPORTER_OTLP_PROTOCOL, value: {{ .Values.otlp.protocol }} }
{{- end }}
{{- with .Values.proxy }}
{{- if or .https .http }}
{{- with .https }}
- { name: HTTPS_PROXY, value: {{ . | quote }} }
{{- end }}
{{- with .http }}
- { name: HTTP_PROXY, value: {{ . | quote }} }
{{- end }}
- name: NO_PROXY
  value: {{ list "$(KUBERNETES_SERVICE_HOST)" "localhost" "127.0.0.1" ".svc" ".cluster.local" .noProxy | compact | join "," | quote }}
{{- end }}
{{- end }}
{{- if or .Values.customCA.configMapName .Values.customCA.secretName }}
- { name: SSL_CERT_DIR, value: "/etc/ssl/certs:/etc/reconciler/ca" }
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "reconciler.volumeMounts" -}}
{{- if or .Values.customCA.configMapName .Values.customCA.secretName }}
- { name: custom-ca, mountPath: /etc/reconciler/ca, readOnly: true }
{{- end }}
{{- if and .Values.forgeRemote.enabled .Values.forgeRemote.discovery.enabled }}
- { name: forge-discovery, mountPath: /etc/reconciler/discovery, readOnly: true }
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "reconciler.volumes" -}}
{{- if or .Values.customCA.configMapName .Values.customCA.secretName }}
- name: custom-ca
  projected:
    sources:
      {{- with .Values.customCA.configMapName }}
      - configMap: { name: {{ . }} }
      {{- end }}
      {{- with .Values.customCA.secretName }}
      - secret: { name: {{ . }} }
      {{- end }}
{{- end }}
{{- if and .Values.forgeRemote.enabled .Values.forgeRemote.discovery.enabled }}
- name: forge-discovery
  configMap: { name: {{ include "reconciler.fullname" . }}-forge-discovery }
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}
