using System.CommandLine;
using Reconciler.Operator.Commands;

var root = new RootCommand("Keeps the dynamic modules of Atlassian apps equal to what Git or kubectl says.")
{
    RunCommand.Create(),
};

// A pass may take as long as --shutdown-grace to end; the operator itself sees to that.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration
{
    ProcessTerminationTimeout = TimeSpan.FromMinutes(10),
});
