package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

// mergeValues returns base with over laid on it: maps merge, everything else is replaced, null removes a key.
func mergeValues(base, over map[string]any) map[string]any {
	merged := map[string]any{}
	for key, value := range base {
		merged[key] = value
	}
	for key, value := range over {
		nested, overIsMap := value.(map[string]any)
		below, baseIsMap := merged[key].(map[string]any)
		switch {
		case value == nil:
			delete(merged, key)
		case overIsMap && baseIsMap:
			merged[key] = mergeValues(below, nested)
		default:
			merged[key] = value
		}
	}
	return merged
}

func readValues(path string) (map[string]any, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var values map[string]any
	return values, decode(path, data, &values)
}

// setValue applies one --set a.b[0].c=value. The value is read as YAML, so that numbers and booleans have their types and
// lists and maps can be written inline; a dot in a key is written \. as in Helm.
func setValue(values map[string]any, assignment string) error {
	path, text, found := strings.Cut(assignment, "=")
	if !found || path == "" {
		return fmt.Errorf("--set %s: want key=value", assignment)
	}
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return fmt.Errorf("--set %s: %w", assignment, err)
	}
	keys := strings.Split(strings.ReplaceAll(path, `\.`, "\x00"), ".")
	for i := range keys {
		keys[i] = strings.ReplaceAll(keys[i], "\x00", ".")
	}
	_, err := assign(values, keys, value)
	return err
}

func assign(at any, keys []string, value any) (any, error) {
	if len(keys) == 0 {
		return value, nil
	}
	key, index := keys[0], -1
	if name, rest, found := strings.Cut(key, "["); found {
		number, err := strconv.Atoi(strings.TrimSuffix(rest, "]"))
		if err != nil || number < 0 || number > 1000 {
			return nil, fmt.Errorf("--set: bad index in %s", key)
		}
		key, index = name, number
	}
	object, _ := at.(map[string]any)
	if object == nil {
		object = map[string]any{}
	}
	var err error
	if index < 0 {
		object[key], err = assign(object[key], keys[1:], value)
		return object, err
	}
	list, _ := object[key].([]any)
	for len(list) <= index {
		list = append(list, nil)
	}
	list[index], err = assign(list[index], keys[1:], value)
	object[key] = list
	return object, err
}
