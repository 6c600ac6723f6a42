package main

import (
	"context"
	"net/http"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// answers are those that are no stored objects.
var answers = []struct {
	name    string
	compare func(context.Context, *server) error
}{
	{"APIVersions", get("/api")},
	{"APIResourceList of the core", get("/api/v1")},
	{"APIGroupList", get("/apis")},
	{"APIGroup", get("/apis/apps")},
	{"APIResourceList of a group", get("/apis/authentication.k8s.io/v1")},
	{"list of service accounts", get("/api/v1/namespaces/kube-system/serviceaccounts")},
	{"list of all cluster roles", get("/apis/rbac.authorization.k8s.io/v1/clusterroles")},
	{"list of all flow schemas", get("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas")},
	{"list of all priority levels", get("/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations")},
	{"list of all priority classes", get("/apis/scheduling.k8s.io/v1/priorityclasses")},
	{"list of all API services", get("/apis/apiregistration.k8s.io/v1/apiservices")},
	{"list of all storage classes", get("/apis/storage.k8s.io/v1/storageclasses")},
	{"list of all nodes", get("/api/v1/nodes")},
	{"refusal", refusal},
	{"SelfSubjectReview", review("/apis/authentication.k8s.io/v1/selfsubjectreviews", &authenticationv1.SelfSubjectReview{})},
	{"TokenReview", review("/apis/authentication.k8s.io/v1/tokenreviews",
		&authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: "nonsense"}})},
	{"SubjectAccessReview", review("/apis/authorization.k8s.io/v1/subjectaccessreviews",
		&authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: "jane", Groups: []string{"g"}, Extra: map[string]authorizationv1.ExtraValue{"a": {"b", "c"}},
			NonResourceAttributes: &authorizationv1.NonResourceAttributes{Path: "/healthz", Verb: "get"}}})},
	{"SelfSubjectAccessReview", review("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
		&authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
			ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: "get", Resource: "pods"}}})},
}

func get(path string) func(context.Context, *server) error {
	return func(ctx context.Context, s *server) error { return s.readBoth(ctx, path) }
}

func refusal(ctx context.Context, s *server) error {
	return s.bothStatuses(ctx, http.StatusNotFound, request{method: http.MethodGet, path: "/api/v1/namespaces/default/pods/nobody"})
}

func review(path string, object runtime.Object) func(context.Context, *server) error {
	return func(ctx context.Context, s *server) error {
		kind, err := typeOf(object)
		if err != nil {
			return err
		}
		object.GetObjectKind().SetGroupVersionKind(kind.GroupVersionKind())
		body, err := encode(object)
		if err != nil {
			return err
		}
		return s.bothStatuses(ctx, http.StatusCreated, request{http.MethodPost, path, protobufType, "", body})
	}
}

func (s *server) bothStatuses(ctx context.Context, status int, r request) error {
	asJSON, err := s.expect(ctx, status, r)
	if err != nil {
		return err
	}
	r.accept = protobufType
	inProtobuf, err := s.expect(ctx, status, r)
	if err != nil {
		return err
	}
	return compare(inProtobuf.body, asJSON.body)
}
