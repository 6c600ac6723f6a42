// manager is an operator made with controller-runtime: a CRD, a cache with an index, owned objects, status patches,
// finalizers, leader election, and webhooks that the process serves itself.
//
//	manager --kubeconfig FILE [--webhook-address IP] [--only REGEXP]
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"dormice.dev/conformance/checks/check"
)

// operator is the running manager and what the checks need.
type operator struct {
	manager    ctrl.Manager
	reconciler *reconciler
	direct     client.Client
	config     *rest.Config
	group      string
	namespace  string
	address    string
	hooks      []client.Object
}

func main() {
	address := flag.String("webhook-address", "127.0.0.1", "address of this process as the API server reaches it")
	only := flag.String("only", "", "regular expression on the checks' names")
	flag.Parse()
	// controller-runtime has made a flag of this name
	file := flag.Lookup("kubeconfig").Value.String()
	ctrl.SetLogger(logr.Discard())
	ctx, stop := context.WithCancel(context.Background())
	made, remove, err := start(ctx, file, *address)
	if err != nil {
		remove()
		fmt.Fprintln(os.Stderr, "manager:", err)
		os.Exit(2)
	}
	report := check.New(*only)
	for _, one := range checks {
		report.Run(one.name, 90*time.Second, func(ctx context.Context) error { return one.work(ctx, made) })
	}
	made.emptied()
	remove()
	stop()
	report.Exit()
}

// start makes the definition and a namespace, and runs the manager. `remove` takes away what was made.
func start(ctx context.Context, kubeconfig, address string) (*operator, func(), error) {
	nothing := func() {}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, nothing, err
	}
	config.QPS, config.Burst = 200, 400
	config.UserAgent = "dormice-conformance"
	run := fmt.Sprintf("go-site-%06x", rand.IntN(1<<24))
	group := run + ".dormice.dev"
	types := runtime.NewScheme()
	utilruntime.Must(scheme.AddToScheme(types))
	utilruntime.Must(apiextensionsv1.AddToScheme(types))
	register(types, group)

	direct, err := client.New(config, client.Options{Scheme: types})
	if err != nil {
		return nil, nothing, err
	}
	crd, namespace := definition(group), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: run}}
	made := []client.Object{namespace, crd}
	directory, err := os.MkdirTemp("", "manager-")
	if err != nil {
		return nil, nothing, err
	}
	remove := func() {
		for _, object := range made {
			_ = direct.Delete(context.Background(), object)
		}
		_ = os.RemoveAll(directory)
	}
	for _, object := range made {
		if err := direct.Create(ctx, object); err != nil {
			return nil, remove, err
		}
	}
	bounded, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := check.Until(bounded, "the definition", func() error {
		return direct.List(bounded, &SiteList{}, client.InNamespace(run))
	}); err != nil {
		return nil, remove, err
	}

	port, err := freePort(address)
	if err != nil {
		return nil, remove, err
	}
	authority, err := serving(directory, address)
	if err != nil {
		return nil, remove, err
	}
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                        types,
		Cache:                         cache.Options{DefaultNamespaces: map[string]cache.Config{run: {}}},
		Metrics:                       server.Options{BindAddress: "0"},
		WebhookServer:                 webhook.NewServer(webhook.Options{Host: address, Port: port, CertDir: directory}),
		LeaderElection:                true,
		LeaderElectionID:              run,
		LeaderElectionNamespace:       run,
		LeaderElectionReleaseOnCancel: true,
	})
	if err != nil {
		return nil, remove, err
	}
	site := &reconciler{Client: manager.GetClient(), recorder: manager.GetEventRecorder("site")}
	if err := site.setup(manager); err != nil {
		return nil, remove, err
	}
	if err := manager.GetFieldIndexer().IndexField(ctx, &Site{}, "spec.tier", func(object client.Object) []string {
		return []string{object.(*Site).Spec.Tier}
	}); err != nil {
		return nil, remove, err
	}
	serve(manager.GetWebhookServer(), admission.NewDecoder(types))
	hooks := configurations(group, "https://"+net.JoinHostPort(address, strconv.Itoa(port)), authority)
	made = append(hooks, made...)
	go func() {
		if err := manager.Start(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "manager:", err)
		}
	}()
	if !manager.GetCache().WaitForCacheSync(bounded) {
		return nil, remove, fmt.Errorf("the cache did not sync")
	}
	return &operator{manager, site, direct, config, group, run, address, hooks}, remove, nil
}

// emptied deletes the sites while the manager still takes its finalizers off them.
func (o *operator) emptied() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for _, hook := range o.hooks {
		_ = o.direct.Delete(ctx, hook)
	}
	if err := check.Until(ctx, "the sites to be gone", func() error {
		var left SiteList
		return check.All(
			o.direct.DeleteAllOf(ctx, &Site{}, client.InNamespace(o.namespace)),
			o.direct.List(ctx, &left, client.InNamespace(o.namespace)),
			check.Equal("left", len(left.Items), 0),
		)
	}); err != nil {
		fmt.Fprintln(os.Stderr, "manager:", err)
	}
}

func freePort(address string) (int, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
