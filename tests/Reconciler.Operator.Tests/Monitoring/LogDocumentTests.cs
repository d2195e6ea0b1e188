using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Reconciler.Operator.Hosting;
using Reconciler.Operator.Tests.Control;
using Reconciler.TestKit;
using Reconciler.TestKit.Processes;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>Log lines are an interface: each has an id that never changes its meaning, and rest is silent.</summary>
public sealed partial class LogDocumentTests
{
    private static readonly LoggerMessageAttribute[] Lines =
    [
        .. new[] { typeof(OperatorHost).Assembly, typeof(Kubernetes.Client.KubernetesClient).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .OrderBy(line => line.EventId),
    ];

    [Fact]
    public void Every_id_is_given_once()
    {
        Assert.InRange(Lines.Length, 30, 500);
        Assert.Distinct(Lines.Select(line => line.EventId));
        Assert.All(Lines, line => Assert.InRange(line.EventId, 1, 9999));
    }

    [Fact]
    public void The_page_lists_every_line()
    {
        var page = new StringBuilder(
            """
            # Log lines

            Written by a test from the code (`RECONCILER_REWRITE_GOLDENS=1 dotnet test tests/Reconciler.Operator.Tests
            --filter LogDocument`). `eventId` in a JSON line is the id. An id never changes its meaning and is not used
            again. 1–99 process, 100–199 control loop, 200–299 one installation, 300–399 token intake, 400–499 console,
            10xx events, 11xx watches, 12xx lease. No line is written for each event, pass or request at Information:
            one when something changes, one when it is over.

            | id | level | line |
            |---|---|---|

            """);
        foreach (var line in Lines)
        {
            var text = line.Message.Replace("|", "\\|", StringComparison.Ordinal);
            page.Append(CultureInfo.InvariantCulture, $"| {line.EventId} | {line.Level} | {text} |\n");
        }

        var path = Path.Combine(RepositoryLayout.Root, "docs", "logs.md");
        if (Environment.GetEnvironmentVariable("RECONCILER_REWRITE_GOLDENS") == "1")
        {
            File.WriteAllText(path, page.ToString());
        }

        Assert.Equal(page.ToString(), File.ReadAllText(path));
    }

    [Fact]
    public void No_line_has_a_place_for_a_credential() => Assert.All(
        Lines, line => Assert.DoesNotMatch(Secretive(), line.Message));

    [Fact]
    public async Task Passes_that_change_nothing_write_no_line_and_a_transition_writes_one()
    {
        using var log = new RecordingLog();
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.Loggers = log;
        world.Start();
        await world.ApplyReadyAsync("one", "two");
        await world.PassAsync();
        var atRest = log.Count;

        for (var pass = 1; pass <= 5; pass++)
        {
            await world.PassAsync();
        }

        Assert.Equal(atRest, log.Count);
        world.ApplyModule("one", change: spec => spec["suspend"] = true);
        await world.UntilReasonAsync("one", "Suspended");
        await world.PassAsync();
        var line = Assert.Single(log.Lines.Skip(atRest));
        Assert.Equal(201, line.Id);
    }

    [GeneratedRegex("(?:token|secret|password|credential)s?}", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Secretive();
}
