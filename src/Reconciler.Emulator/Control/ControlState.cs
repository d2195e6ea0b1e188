using System.Globalization;
using System.Text.RegularExpressions;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Control;

/// <summary>state, requests, settings, reset.</summary>
internal static class ControlState
{
    public static WireResponse Answer_Locked(EmulatedCloud cloud, WireRequest request, string area)
    {
        switch (request.Verb, area)
        {
            case ("GET", "state"):
                return ControlApi.Ok(State(cloud, request), ControlJson.Default.EmulatorSnapshot);
            case ("GET", "requests"):
                return ControlApi.Ok(
                    new RequestsBody(cloud.Log.LastSeq, [.. Filter(cloud.Log.Entries, request.Query)]),
                    ControlJson.Default.RequestsBody);
            case ("DELETE", "requests"):
                cloud.Log.Clear();
                return new WireResponse(204);
            case ("GET", "settings"):
                return ControlApi.Ok(cloud.Settings, ControlJson.Default.EmulatorSettings);
            case ("PUT", "settings"):
                cloud.Settings = SettingsPatch.Apply(
                    cloud.Settings, JsonText.TryParse(request.Body, out string reason)
                        ?? throw new FormatException($"settings are not JSON: {reason}"));
                return ControlApi.Ok(cloud.Settings, ControlJson.Default.EmulatorSettings);
            case ("POST", "reset"):
                cloud.Reset_Locked();
                return new WireResponse(204);
            default:
                return ControlApi.Error(405, $"{request.Verb} is not offered here");
        }
    }

    /// <summary>Log entries by <c>since</c>, <c>verb</c>, <c>path</c> (a pattern), <c>installation</c>, <c>api</c>.
    /// </summary>
    public static IEnumerable<RequestLogEntry> Filter(IEnumerable<RequestLogEntry> entries, string query)
    {
        string? since = QueryString.First(query, "since");
        long after = since is null ? 0 : long.Parse(since, CultureInfo.InvariantCulture);
        string? verb = QueryString.First(query, "verb");
        string? path = QueryString.First(query, "path");
        string? installation = QueryString.First(query, "installation");
        string? api = QueryString.First(query, "api");
        Regex? pattern = path is null ? null : new Regex(path, RegexOptions.None, FaultSchedule.PatternTimeout);
        return entries.Where(entry =>
            entry.Seq > after
            && (verb is null || entry.Verb.Equals(verb, StringComparison.OrdinalIgnoreCase))
            && (pattern is null || pattern.IsMatch(entry.Path))
            && (installation is null || entry.Installation == installation)
            && (api is null || entry.Api == api));
    }

    private static EmulatorSnapshot State(EmulatedCloud cloud, WireRequest request)
    {
        EmulatorSnapshot snapshot = SnapshotBuilder.Take_Locked(cloud);
        return QueryString.First(request.Query, "installation") is { } only
            ? snapshot with { Installations = [.. snapshot.Installations.Where(found => found.Id == only)] }
            : snapshot;
    }
}
