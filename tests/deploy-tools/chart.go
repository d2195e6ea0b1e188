package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// chart is what Helm loads from a chart directory: every file that .helmignore does not name.
type chart struct {
	metadata  map[string]any
	values    map[string]any
	schema    []byte
	templates map[string]string // by path below the chart
	files     files             // what .Files gives: neither templates nor the chart's own four
	loaded    map[string]int    // every loaded path and its size
}

// Helm refuses larger files, and the release Secret holds at most 1 MiB of all of them.
const largestFile = 5 * 1024 * 1024

func loadChart(root string) (*chart, error) {
	ignored, err := readIgnoreRules(filepath.Join(root, ".helmignore"))
	if err != nil {
		return nil, err
	}
	c := &chart{templates: map[string]string{}, files: files{}, loaded: map[string]int{}}
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, filepath.Clean(root)+string(filepath.Separator)))
		if ignored.match(name, entry.IsDir()) {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if entry.IsDir() {
			return nil
		}
		if !entry.Type().IsRegular() {
			return fmt.Errorf("%s is not a regular file", name)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if len(data) > largestFile {
			return fmt.Errorf("%s is larger than %d bytes", name, largestFile)
		}
		return c.add(name, data)
	})
	if err == nil && c.metadata == nil {
		err = errors.New("Chart.yaml is missing")
	}
	return c, err
}

func (c *chart) add(name string, data []byte) error {
	c.loaded[name] = len(data)
	switch {
	case name == "Chart.yaml":
		return decode(name, data, &c.metadata)
	case name == "values.yaml":
		return decode(name, data, &c.values)
	case name == "values.schema.json":
		c.schema = data
	case strings.HasPrefix(name, "templates/"):
		c.templates[name] = string(data)
	default:
		c.files[name] = data
	}
	return nil
}

func decode(name string, data []byte, into any) error {
	if err := yaml.UnmarshalStrict(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// ignoreRules are the patterns of a .helmignore (helm.sh/helm/internal/ignore): filepath.Match, a leading slash anchors at
// the root, a trailing slash means directories, ! negates, ** is an error.
type ignoreRules []ignoreRule

type ignoreRule struct {
	pattern                     string
	negated, onlyDirs, anchored bool
}

func readIgnoreRules(path string) (ignoreRules, error) {
	// Helm's own rule, always there.
	rules := ignoreRules{{pattern: "templates/.?*", anchored: true}}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return rules, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if strings.Contains(line, "**") {
			return nil, fmt.Errorf(".helmignore: %s: Helm does not support **", line)
		}
		rule := ignoreRule{}
		line, rule.negated = strings.CutPrefix(line, "!")
		line, rule.onlyDirs = strings.CutSuffix(line, "/")
		line, rule.anchored = strings.CutPrefix(line, "/")
		rule.anchored = rule.anchored || strings.Contains(line, "/")
		rule.pattern = line
		if _, err := filepath.Match(line, "x"); err != nil {
			return nil, fmt.Errorf(".helmignore: %s: %w", line, err)
		}
		rules = append(rules, rule)
	}
	return rules, lines.Err()
}

func (rules ignoreRules) match(name string, isDir bool) bool {
	for _, rule := range rules {
		target := name
		if !rule.anchored {
			target = filepath.Base(name)
		}
		matches, _ := filepath.Match(rule.pattern, target)
		matches = matches && (isDir || !rule.onlyDirs)
		// As in Helm, a negated rule ignores everything that it does not match.
		if matches != rule.negated {
			return true
		}
	}
	return false
}
