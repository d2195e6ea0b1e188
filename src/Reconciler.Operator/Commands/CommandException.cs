namespace Reconciler.Operator.Commands;

/// <summary>A command cannot go on. The message is one line: what, where, how to fix it.</summary>
internal sealed class CommandException(string message, Exception? cause = null) : Exception(message, cause);
