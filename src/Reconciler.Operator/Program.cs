using Reconciler.Operator.Commands;

// Ctrl-C and SIGTERM cancel the running command: System.CommandLine hands it the token.
return await CommandLine.RunAsync(args, Terminal.OfProcess(), Composition.OfProcess(), CancellationToken.None);
