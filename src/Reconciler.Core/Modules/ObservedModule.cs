namespace Reconciler.Core.Modules;

/// <summary>One remote module as a complete list or a single read returned it.</summary>
public sealed record ObservedModule(string Key, ModuleContent Content);
