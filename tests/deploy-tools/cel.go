package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"cel.dev/cel-go/cel"
)

// celCommand evaluates EXPRESSION on the JSON object on stdin and prints true or false. As in Flux
// the object's top-level fields are the variables.
func celCommand(arguments []string) error {
	if len(arguments) != 1 {
		return errors.New("usage: deploy-tools cel EXPRESSION < object.json")
	}
	var object map[string]any
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(input, &object); err != nil {
		return err
	}
	options := []cel.EnvOption{cel.HomogeneousAggregateLiterals(), cel.EagerlyValidateDeclarations(true)}
	for _, name := range []string{"apiVersion", "kind", "metadata", "spec", "status"} {
		options = append(options, cel.Variable(name, cel.DynType))
	}
	environment, err := cel.NewEnv(options...)
	if err != nil {
		return err
	}
	compiled, issues := environment.Compile(arguments[0])
	if issues.Err() != nil {
		return issues.Err()
	}
	program, err := environment.Program(compiled)
	if err != nil {
		return err
	}
	result, _, err := program.Eval(object)
	if err != nil {
		return err
	}
	truth, isBool := result.Value().(bool)
	if !isBool {
		return fmt.Errorf("the expression gives %v, want a boolean", result.Value())
	}
	return writeJSON(truth)
}
