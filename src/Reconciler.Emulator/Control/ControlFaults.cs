using System.Text.Json;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Control;

/// <summary>faults: one rule or an array of them in, rules with counters out.</summary>
internal static class ControlFaults
{
    public static WireResponse Answer_Locked(EmulatedCloud cloud, WireRequest request, string[] rest)
    {
        switch (request.Verb, rest.Length)
        {
            case ("GET", 0):
                return ControlApi.Ok(List(cloud), ControlJson.Default.FaultsBody);
            case ("POST", 0):
                return Add(cloud, request);
            case ("DELETE", 0):
                cloud.Faults.Clear();
                return new WireResponse(204);
            case ("DELETE", 1):
                return cloud.Faults.Remove(rest[0])
                    ? new WireResponse(204)
                    : ControlApi.Error(404, $"there is no fault '{rest[0]}'");
            default:
                return ControlApi.Error(405, $"{request.Verb} is not offered here");
        }
    }

    private static WireResponse Add(EmulatedCloud cloud, WireRequest request)
    {
        bool many = request.Body.Span.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];
        IReadOnlyList<FaultRule> rules = many
            ? ControlApi.Read(request, ControlJson.Default.IReadOnlyListFaultRule)
            : [ControlApi.Read(request, ControlJson.Default.FaultRule)];
        for (int i = 0; i < rules.Count; i++)
        {
            if (FaultRuleCheck.Explain(rules[i]) is { } reason)
            {
                throw new JsonException($"fault {i}: {reason}");
            }
        }

        foreach (FaultRule rule in rules)
        {
            cloud.Faults.Add(rule);
        }

        return ControlApi.Ok(List(cloud), ControlJson.Default.FaultsBody, 201);
    }

    private static FaultsBody List(EmulatedCloud cloud) =>
        new([.. cloud.Faults.Rules.Select(state => new FaultState(state.Rule, state.Matched, state.Fired))]);
}
