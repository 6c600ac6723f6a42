// wire compares what a server says in protobuf with what it says in JSON, for every built-in kind.
//
//	wire --kubeconfig FILE [--only REGEXP]
//
// For each object of objects.yaml: create, get, list, watch, update, patch and delete with protobuf bodies and answers.
// Each answer, read by Kubernetes' own Go types, has to hold what the JSON answer holds, and to be the bytes that Go
// writes for it.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"time"

	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"

	"dormice.dev/conformance/checks/check"
)

const (
	protobufType = "application/vnd.kubernetes.protobuf"
	jsonType     = "application/json"
)

func main() {
	kubeconfig := flag.String("kubeconfig", os.Getenv("KUBECONFIG"), "file")
	only := flag.String("only", "", "regular expression on the checks' names")
	flag.Parse()
	server, err := connect(*kubeconfig)
	if err != nil {
		fmt.Fprintln(os.Stderr, "wire:", err)
		os.Exit(2)
	}
	report := check.New(*only)
	for _, one := range server.subjects() {
		report.Run(one.name, time.Minute, func(ctx context.Context) error { return one.life(ctx, server) })
	}
	for _, one := range answers {
		report.Run("answer: "+one.name, time.Minute, func(ctx context.Context) error { return one.compare(ctx, server) })
	}
	if _, err := server.send(context.Background(), request{method: http.MethodDelete, path: "/api/v1/namespaces/" + server.name}); err != nil {
		fmt.Fprintln(os.Stderr, "wire: the namespace stays:", err)
	}
	report.Exit()
}

// connect makes the namespace of this run.
func connect(kubeconfig string) (*server, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 200, 400
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	resources, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	groups, err := restmapper.GetAPIGroupResources(resources)
	if err != nil {
		return nil, err
	}
	s := &server{
		base: strings.TrimSuffix(config.Host, "/"), client: client, mapper: restmapper.NewDiscoveryRESTMapper(groups),
		name: fmt.Sprintf("go-wire-%06x", rand.IntN(1<<24)),
	}
	body := fmt.Appendf(nil, `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":%q}}`, s.name)
	answer, err := s.send(context.Background(), request{method: http.MethodPost, path: "/api/v1/namespaces", body: body})
	if err != nil {
		return nil, err
	}
	return s, check.Equal("status of the namespace", answer.status, http.StatusCreated)
}
