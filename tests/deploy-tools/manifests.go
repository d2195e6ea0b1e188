package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// manifest is one rendered object.
type manifest struct {
	Source string         `json:"source"`
	Hook   string         `json:"hook,omitempty"`
	Object map[string]any `json:"object"`
	text   string
}

// Helm's InstallOrder, as far as this chart has the kinds; others come last.
var installOrder = []string{
	"PriorityClass", "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodDisruptionBudget", "ServiceAccount",
	"Secret", "ConfigMap", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding",
	"Service", "Deployment", "Job", "Ingress",
}

var separator = regexp.MustCompile(`(?m)^---[ \t]*$`)

// parseManifests splits a text at its separators. A key that occurs twice is an error, unlike in Helm.
func parseManifests(source, text string) ([]manifest, error) {
	var found []manifest
	for _, document := range separator.Split(text, -1) {
		document = strings.TrimSpace(document)
		var object map[string]any
		if err := yaml.UnmarshalStrict([]byte(document), &object); err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", source, err, document)
		}
		if object == nil {
			continue
		}
		found = append(found, manifest{Source: source, Hook: hookOf(object), Object: object, text: document})
	}
	return found, nil
}

func hookOf(object map[string]any) string {
	metadata, _ := object["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	hook, _ := annotations["helm.sh/hook"].(string)
	return hook
}

// manifestsOf sorts the outputs as Helm does: by kind, hooks last; without partials and NOTES.txt.
func manifestsOf(outputs map[string]string) ([]manifest, error) {
	var all []manifest
	for _, file := range slices.Sorted(maps.Keys(outputs)) {
		if strings.HasSuffix(file, "NOTES.txt") {
			continue
		}
		found, err := parseManifests(file, outputs[file])
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(a, b manifest) int { return a.rank() - b.rank() })
	return all, nil
}

func (m manifest) rank() int {
	kind, _ := m.Object["kind"].(string)
	rank := slices.Index(installOrder, kind)
	if rank < 0 {
		rank = len(installOrder)
	}
	if m.Hook != "" {
		rank += 100
	}
	return rank
}
