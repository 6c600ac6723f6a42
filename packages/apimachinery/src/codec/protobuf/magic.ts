/** What Kubernetes puts before each protobuf body: `k8s` and a zero. */
export const magic = [0x6b, 0x38, 0x73, 0x00] as const;
