package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

// As in Helm: deep enough for every chart, and an end for a template that includes itself.
const deepestInclude = 1000

// render executes every template of the chart and returns the outputs by path, NOTES.txt among them.
func render(c *chart, top map[string]any) (map[string]string, error) {
	name := c.metadata["name"].(string)
	root := template.New(name).Option("missingkey=zero")
	root.Funcs(functions(root))
	for _, file := range slices.Sorted(maps.Keys(c.templates)) {
		if _, err := root.New(path.Join(name, file)).Parse(c.templates[file]); err != nil {
			return nil, err
		}
	}
	outputs := map[string]string{}
	for _, file := range slices.Sorted(maps.Keys(c.templates)) {
		if strings.HasPrefix(path.Base(file), "_") {
			continue
		}
		full := path.Join(name, file)
		scope := maps.Clone(top)
		scope["Template"] = map[string]any{"Name": full, "BasePath": path.Join(name, "templates")}
		var text strings.Builder
		if err := root.ExecuteTemplate(&text, full, scope); err != nil {
			return nil, err
		}
		outputs[file] = noValue(text.String())
	}
	return outputs, nil
}

// text/template prints a missing value so, whatever its options; Helm prints nothing.
func noValue(text string) string { return strings.ReplaceAll(text, "<no value>", "") }

// functions are Helm's: sprig without the environment, and its own.
func functions(root *template.Template) template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")
	depth := map[string]int{}
	own := template.FuncMap{
		"toYaml":        toYAML,
		"fromYaml":      fromYAML[map[string]any],
		"fromYamlArray": fromYAML[[]any],
		"toJson":        toJSON,
		"fromJson":      fromYAML[map[string]any],
		"fromJsonArray": fromYAML[[]any],
		// Without a cluster, as in `helm template`.
		"lookup": func(string, string, string, string) map[string]any { return map[string]any{} },
		"required": func(message string, value any) (any, error) {
			if value == nil || value == "" {
				return value, errors.New(message)
			}
			return value, nil
		},
		"fail": func(message string) (string, error) { return "", errors.New(message) },
		"include": func(name string, data any) (string, error) {
			if depth[name]++; depth[name] > deepestInclude {
				return "", fmt.Errorf("%s includes itself without end", name)
			}
			defer func() { depth[name]-- }()
			var text strings.Builder
			err := root.ExecuteTemplate(&text, name, data)
			return text.String(), err
		},
		"tpl": func(source string, data any) (string, error) {
			clone, err := root.Clone()
			if err != nil {
				return "", err
			}
			clone.Funcs(functions(clone))
			inline, err := clone.New("tpl").Parse(source)
			if err != nil {
				return "", err
			}
			var text strings.Builder
			err = inline.Execute(&text, data)
			return noValue(text.String()), err
		},
	}
	maps.Copy(all, own)
	return all
}

func toYAML(value any) (string, error) {
	data, err := yaml.Marshal(value)
	return strings.TrimSuffix(string(data), "\n"), err
}

func toJSON(value any) (string, error) {
	data, err := json.Marshal(value)
	return string(data), err
}

func fromYAML[T any](text string) (T, error) {
	var value T
	err := yaml.Unmarshal([]byte(text), &value)
	return value, err
}

// files is Helm's .Files.
type files map[string][]byte

func (f files) Get(name string) string { return string(f[name]) }

func (f files) GetBytes(name string) []byte { return f[name] }

func (f files) Glob(pattern string) files {
	found := files{}
	for name, data := range f {
		if matches, _ := filepath.Match(pattern, name); matches {
			found[name] = data
		}
	}
	return found
}

func (f files) Lines(name string) []string {
	return strings.Split(strings.TrimSuffix(f.Get(name), "\n"), "\n")
}

func (f files) AsConfig() (string, error) {
	texts := map[string]string{}
	for name, data := range f {
		texts[path.Base(name)] = string(data)
	}
	return toYAML(texts)
}
