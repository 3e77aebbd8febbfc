{{/* Labels of one part: {{ include "headroom.labels" (dict "root" $ "name" "headroom-monitor") }} */}}
{{- define "headroom.labels" -}}
{{ include "headroom.selector" . }}
app.kubernetes.io/part-of: headroom
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* What a part's pods are selected by; it never changes. */}}
{{- define "headroom.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "headroom.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "headroom.agentNamespace" -}}
{{ .Values.agent.namespace | default .Release.Namespace }}
{{- end }}

{{/* Where Kafka is, for both roles: envFrom. */}}
{{- define "headroom.kafkaEnvFrom" -}}
- configMapRef:
    name: headroom-kafka
{{- with .Values.kafka.existingSecret }}
- secretRef:
    name: {{ . }}
{{- end }}
{{- end }}

{{/* Passwords of the stores that TLS needs: (dict "root" $ "userSecret" NAME) */}}
{{- define "headroom.kafkaTlsEnv" -}}
- name: HEADROOM_KAFKA_SSL_TRUSTSTORE_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .root.Values.kafka.tls.caSecret }}
      key: ca.password
{{- with .userSecret }}
- name: HEADROOM_KAFKA_SSL_KEYSTORE_LOCATION
  value: /etc/headroom/kafka-user/user.p12
- name: HEADROOM_KAFKA_SSL_KEYSTORE_TYPE
  value: PKCS12
- name: HEADROOM_KAFKA_SSL_KEYSTORE_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: user.password
{{- end }}
{{- end }}

{{- define "headroom.kafkaTlsMounts" -}}
- name: kafka-ca
  mountPath: /etc/headroom/kafka-ca
  readOnly: true
{{- if .userSecret }}
- name: kafka-user
  mountPath: /etc/headroom/kafka-user
  readOnly: true
{{- end }}
{{- end }}

{{- define "headroom.kafkaTlsVolumes" -}}
- name: kafka-ca
  secret:
    secretName: {{ .root.Values.kafka.tls.caSecret }}
    items:
      - key: ca.p12
        path: ca.p12
{{- with .userSecret }}
- name: kafka-user
  secret:
    secretName: {{ . }}
    items:
      - key: user.p12
        path: user.p12
{{- end }}
{{- end }}

{{/* The topics, for the job and for Strimzi alike: name, partitions and settings. */}}
{{- define "headroom.topics" -}}
- name: {{ .Values.kafka.topicPrefix }}layer-configs
  partitions: {{ .Values.topics.otherPartitions }}
  config:
    cleanup.policy: compact,delete
    retention.ms: 2592000000
    max.message.bytes: 8519680
- name: {{ .Values.kafka.topicPrefix }}memory-samples
  partitions: {{ .Values.topics.samplePartitions }}
  config:
    cleanup.policy: delete
    retention.ms: 3600000
- name: {{ .Values.kafka.topicPrefix }}device-samples
  partitions: {{ .Values.topics.otherPartitions }}
  config:
    cleanup.policy: compact
    segment.ms: 600000
    max.compaction.lag.ms: 3600000
- name: {{ .Values.kafka.topicPrefix }}job-summaries
  partitions: {{ .Values.topics.otherPartitions }}
  config:
    cleanup.policy: compact,delete
    retention.ms: 31536000000
    segment.ms: 600000
    max.compaction.lag.ms: 3600000
    max.message.bytes: 8519680
- name: {{ .Values.kafka.topicPrefix }}dead-letters
  partitions: {{ .Values.topics.otherPartitions }}
  config:
    cleanup.policy: delete
    retention.ms: 604800000
    retention.bytes: 1073741824
{{- end }}

{{/* Environment variables of a map, in order. */}}
{{- define "headroom.env" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "headroom.strimziMeta" }}
  namespace: {{ .root.Values.strimzi.namespace }}
  labels:
    strimzi.io/cluster: {{ .root.Values.strimzi.cluster }}
    {{- include "headroom.labels" (dict "root" .root "name" "headroom") | nindent 4 }}
{{- end }}

{{- define "headroom.acl" }}
- resource:
    type: {{ .type }}
    name: {{ .name }}
    patternType: {{ .pattern | default "literal" }}
  operations: [{{ join ", " .operations }}]
  host: '*'
{{- end }}

{{- define "headroom.egress" }}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
- ports:
    {{- range .kafkaPorts }}
    - port: {{ . }}
    {{- end }}
  to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ .kafkaNamespace }}
{{- with .extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end }}
