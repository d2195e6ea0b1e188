using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Reconciler.Emulator.Lifecycle;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Control;

/// <summary>The control endpoints below <c>/_emulator/</c>. They are not logged and meet no fault.</summary>
internal sealed class ControlApi(EmulatedCloud cloud, InvocationPump pump)
{
    private const string Prefix = "/_emulator/";

    private readonly ControlWait _wait = new(cloud);

    private readonly ControlLifecycle _lifecycle = new(cloud, pump);

    public bool Serves(WireRequest request) => request.Path.StartsWith(Prefix, StringComparison.Ordinal);

    public async Task<WireResponse> AnswerAsync(WireRequest request, CancellationToken ct)
    {
        string[] path = request.Path[Prefix.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        string area = path.FirstOrDefault() ?? "";
        string[] rest = [.. path.Skip(1).Select(Uri.UnescapeDataString)];
        try
        {
            if (area == "wait" && request.Verb == "GET")
            {
                return await _wait.AnswerAsync(request, ct);
            }

            if (ControlLifecycle.Serves(area))
            {
                return await _lifecycle.AnswerAsync(request, area, rest, ct);
            }

            lock (cloud.Gate)
            {
                WireResponse response = Answer_Locked(request, area, rest);
                cloud.Announce_Locked();
                return response;
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or RegexParseException)
        {
            return Error(400, e.Message);
        }
    }

    internal static WireResponse Error(int status, string message) =>
        WireResponse.OfJson(status, JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("error", message);
            writer.WriteEndObject();
        }));

    internal static WireResponse Ok<T>(T value, JsonTypeInfo<T> type, int status = 200) =>
        WireResponse.OfJson(status, JsonSerializer.SerializeToUtf8Bytes(value, type));

    internal static T Read<T>(WireRequest request, JsonTypeInfo<T> type)
    {
        if (JsonText.TryParse(request.Body, out string reason) is not { } root)
        {
            throw new JsonException($"the body is not JSON: {reason}");
        }

        return root.Deserialize(type) ?? throw new JsonException("the body must not be null");
    }

    private WireResponse Answer_Locked(WireRequest request, string area, string[] rest) => area switch
    {
        "health" => WireResponse.OfJson(200, """{"status":"ok"}"""),
        "state" or "requests" or "settings" or "reset" => ControlState.Answer_Locked(cloud, request, area),
        "faults" => ControlFaults.Answer_Locked(cloud, request, rest),
        "modules" => ControlModules.Answer_Locked(cloud, request, rest),
        "tokens" => ControlTokens.Answer_Locked(cloud, request, rest),
        _ => Error(404, $"{request.Path} is no control endpoint; docs/emulator.md lists them"),
    };
}
