// client lives a controller's life against any cluster with client-go and says what works.
//
//	client --kubeconfig FILE [--content protobuf|json] [--watch-list=false] [--only REGEXP]
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"dormice.dev/conformance/checks/check"
)

const protobuf = "application/vnd.kubernetes.protobuf"

// cluster is what every check gets: clients, and a namespace of this run.
type cluster struct {
	config        *rest.Config
	namespace     string
	typed         kubernetes.Interface
	dynamic       dynamic.Interface
	metadata      metadata.Interface
	apiextensions apiextensions.Interface
}

// checks by theme; each is independent of the others.
var checks = []struct {
	name  string
	limit time.Duration
	work  func(context.Context, *cluster) error
}{}

func register(name string, limit time.Duration, work func(context.Context, *cluster) error) {
	checks = append(checks, struct {
		name  string
		limit time.Duration
		work  func(context.Context, *cluster) error
	}{name, limit, work})
}

func main() {
	kubeconfig := flag.String("kubeconfig", os.Getenv("KUBECONFIG"), "file")
	content := flag.String("content", "protobuf", "what the typed clients speak: protobuf (and nothing else) or json")
	watchList := flag.Bool("watch-list", true, "informers stream their first list")
	only := flag.String("only", "", "regular expression on the checks' names")
	flag.Parse()
	os.Setenv("KUBE_FEATURE_WatchListClient", fmt.Sprint(*watchList))

	cluster, err := connect(*kubeconfig, *content)
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(2)
	}
	report := check.New(*only)
	for _, one := range checks {
		report.Run(one.name, one.limit, func(ctx context.Context) error { return one.work(ctx, cluster) })
	}
	background := metav1.DeletePropagationBackground
	err = cluster.typed.CoreV1().Namespaces().Delete(context.Background(), cluster.namespace, metav1.DeleteOptions{PropagationPolicy: &background})
	if err != nil {
		fmt.Fprintln(os.Stderr, "client: the namespace stays:", err)
	}
	report.Exit()
}

func connect(kubeconfig, content string) (*cluster, error) {
	plain, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	plain.QPS, plain.Burst = 200, 400
	plain.UserAgent = "dormice-conformance"
	config := rest.CopyConfig(plain)
	if content == "protobuf" {
		config.ContentType = protobuf
		config.AcceptContentTypes = protobuf
	}
	c := &cluster{config: config, namespace: fmt.Sprintf("go-client-%06x", rand.IntN(1<<24))}
	if c.typed, err = kubernetes.NewForConfig(config); err != nil {
		return nil, err
	}
	if c.dynamic, err = dynamic.NewForConfig(plain); err != nil {
		return nil, err
	}
	if c.metadata, err = metadata.NewForConfig(config); err != nil {
		return nil, err
	}
	if c.apiextensions, err = apiextensions.NewForConfig(config); err != nil {
		return nil, err
	}
	_, err = c.typed.CoreV1().Namespaces().Create(context.Background(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: c.namespace}}, metav1.CreateOptions{})
	return c, err
}
