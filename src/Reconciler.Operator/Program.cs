using Reconciler.Operator.Commands;
using Reconciler.Operator.Hosting;

var terminal = Terminal.OfProcess();
MemoryDump.Forbid(terminal.Variable);

// Ctrl-C and SIGTERM cancel the running command: System.CommandLine hands it the token.
return await CommandLine.RunAsync(args, terminal, Composition.OfProcess(), CancellationToken.None);
