package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// noLoader refuses references to other documents: the chart's schema stands alone.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) { return nil, fmt.Errorf("%s must not be loaded", url) }

// validateValues checks the merged values against values.schema.json, with the library and in the words of Helm.
func validateValues(name string, schema []byte, values map[string]any) error {
	if len(schema) == 0 {
		return nil
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(noLoader{})
	if err := compiler.AddResource("file:///values.schema.json", document); err != nil {
		return err
	}
	compiled, err := compiler.Compile("file:///values.schema.json")
	if err != nil {
		return err
	}
	// The library wants the numbers as the decoder of JSON gives them.
	text, err := json.Marshal(values)
	if err != nil {
		return err
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	err = compiled.Validate(instance)
	var invalid *jsonschema.ValidationError
	if errors.As(err, &invalid) {
		_, details, _ := strings.Cut(invalid.Error(), "\n")
		return fmt.Errorf("values don't meet the specifications of the schema(s) in the following chart(s):\n%s:\n%s",
			name, details)
	}
	return err
}
