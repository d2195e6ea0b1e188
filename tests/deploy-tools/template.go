package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// repeated collects the values of a flag that may be given more than once.
type repeated []string

func (r *repeated) String() string { return strings.Join(*r, ",") }

func (r *repeated) Set(value string) error {
	*r = append(*r, value)
	return nil
}

type templateOptions struct {
	release, namespace, kubeVersion, output string
	valueFiles, sets, apiVersions           repeated
	isUpgrade                               bool
}

// templateCommand is `helm template RELEASE CHART`.
func templateCommand(arguments []string) error {
	o := templateOptions{}
	flags := flag.NewFlagSet("template", flag.ContinueOnError)
	flags.StringVar(&o.namespace, "namespace", "default", "namespace of the release")
	flags.StringVar(&o.kubeVersion, "kube-version", "v1.36.0", "version of the cluster")
	flags.StringVar(&o.output, "output", "yaml", "yaml, json (objects with their source), notes or files (loaded, with sizes)")
	flags.Var(&o.valueFiles, "f", "file with values; may be repeated")
	flags.Var(&o.sets, "set", "one value, a.b=c; may be repeated")
	flags.Var(&o.apiVersions, "a", "API version of the cluster, as monitoring.coreos.com/v1; may be repeated")
	flags.BoolVar(&o.isUpgrade, "is-upgrade", false, "render an upgrade")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() != 2 {
		return errors.New("want RELEASE and CHART after the options")
	}
	o.release = flags.Arg(0)
	c, err := loadChart(flags.Arg(1))
	if err != nil {
		return err
	}
	return o.run(c)
}

func (o templateOptions) run(c *chart) error {
	if o.output == "files" {
		return writeJSON(c.loaded)
	}
	top, err := o.scope(c)
	if err != nil {
		return err
	}
	outputs, err := render(c, top)
	if err != nil {
		return err
	}
	if o.output == "notes" {
		fmt.Print(outputs["templates/NOTES.txt"])
		return nil
	}
	manifests, err := manifestsOf(outputs)
	if err != nil {
		return err
	}
	if o.output == "json" {
		return writeJSON(manifests)
	}
	for _, manifest := range manifests {
		fmt.Printf("---\n# Source: %s\n%s\n", manifest.Source, manifest.text)
	}
	return nil
}

// scope is the dot of the templates.
func (o templateOptions) scope(c *chart) (map[string]any, error) {
	name, _ := c.metadata["name"].(string)
	values := c.values
	for _, file := range o.valueFiles {
		given, err := readValues(file)
		if err != nil {
			return nil, err
		}
		values = mergeValues(values, given)
	}
	for _, set := range o.sets {
		over := map[string]any{}
		if err := setValue(over, set); err != nil {
			return nil, err
		}
		values = mergeValues(values, over)
	}
	if err := validateValues(name, c.schema, values); err != nil {
		return nil, err
	}
	version, err := semver.NewVersion(o.kubeVersion)
	if err != nil {
		return nil, err
	}
	if required, _ := c.metadata["kubeVersion"].(string); required != "" {
		constraint, err := semver.NewConstraint(required)
		if err != nil {
			return nil, err
		}
		if !constraint.Check(version) {
			return nil, fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", required, o.kubeVersion)
		}
	}
	return map[string]any{
		"Values": values,
		"Chart":  capitalised(c.metadata),
		"Files":  c.files,
		"Release": map[string]any{
			"Name": o.release, "Namespace": o.namespace, "Service": "Helm", "Revision": 1,
			"IsUpgrade": o.isUpgrade, "IsInstall": !o.isUpgrade,
		},
		"Capabilities": map[string]any{
			"KubeVersion": map[string]any{
				"Version": o.kubeVersion, "GitVersion": o.kubeVersion,
				"Major": fmt.Sprint(version.Major()), "Minor": fmt.Sprint(version.Minor()),
			},
			"APIVersions": apiVersions(o.apiVersions),
		},
	}, nil
}

// capitalised gives Chart.yaml's keys as templates write them: .Chart.AppVersion.
func capitalised(metadata map[string]any) map[string]any {
	result := map[string]any{}
	for key, value := range metadata {
		result[strings.ToUpper(key[:1])+key[1:]] = value
	}
	return result
}

type apiVersions []string

func (a apiVersions) Has(version string) bool { return slices.Contains(a, version) }
