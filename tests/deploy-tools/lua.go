package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	lua "github.com/yuin/gopher-lua"
)

// luaCommand runs SCRIPT with the JSON object on stdin as `obj` and prints what it returns as JSON. As in Argo CD, only
// the base, table, string, math and a few safe functions of os are there.
func luaCommand(arguments []string) error {
	if len(arguments) != 1 {
		return errors.New("usage: deploy-tools lua SCRIPT < object.json")
	}
	var object any
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(input, &object); err != nil {
		return err
	}
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{
		lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable, lua.StringLibName: lua.OpenString,
		lua.MathLibName: lua.OpenMath,
	} {
		state.Push(state.NewFunction(open))
		state.Push(lua.LString(name))
		state.Call(1, 0)
	}
	// Argo CD's safe os: time and date only.
	clock := state.NewTable()
	state.SetFuncs(clock, map[string]lua.LGFunction{
		"time": func(l *lua.LState) int { l.Push(lua.LNumber(1700000000)); return 1 },
		"date": func(l *lua.LState) int { l.Push(lua.LString("2023-11-14T22:13:20Z")); return 1 },
	})
	state.SetGlobal("os", clock)
	state.SetGlobal("obj", toLua(state, object))
	if err := state.DoFile(arguments[0]); err != nil {
		return err
	}
	if state.GetTop() != 1 {
		return fmt.Errorf("%s returned %d values, want one", arguments[0], state.GetTop())
	}
	return writeJSON(fromLua(state.Get(-1)))
}

func toLua(state *lua.LState, value any) lua.LValue {
	switch typed := value.(type) {
	case map[string]any:
		table := state.NewTable()
		for key, item := range typed {
			table.RawSetString(key, toLua(state, item))
		}
		return table
	case []any:
		table := state.NewTable()
		for _, item := range typed {
			table.Append(toLua(state, item))
		}
		return table
	case string:
		return lua.LString(typed)
	case float64:
		return lua.LNumber(typed)
	case bool:
		return lua.LBool(typed)
	}
	return lua.LNil
}

// fromLua reads a table with a first element as a list; an empty one is an object, as in Argo CD.
func fromLua(value lua.LValue) any {
	switch typed := value.(type) {
	case *lua.LTable:
		if typed.Len() > 0 {
			list := []any{}
			for i := 1; i <= typed.Len(); i++ {
				list = append(list, fromLua(typed.RawGetInt(i)))
			}
			return list
		}
		object := map[string]any{}
		typed.ForEach(func(key, item lua.LValue) { object[key.String()] = fromLua(item) })
		return object
	case lua.LString:
		return string(typed)
	case lua.LNumber:
		return float64(typed)
	case lua.LBool:
		return bool(typed)
	}
	return nil
}
