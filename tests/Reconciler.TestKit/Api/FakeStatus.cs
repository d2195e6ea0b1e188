using System.Text.Json.Nodes;

namespace Reconciler.TestKit.Api;

/// <summary>A refusal on its way to the client as a Status object.</summary>
internal sealed class FakeStatusException(int code, string reason, string message) : Exception(message)
{
    public int Code => code;

    public string Reason => reason;

    public int? RetryAfterSeconds { get; init; }

    public string? Cause { get; init; }

    public JsonObject ToJson()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = reason,
            ["code"] = code,
        };
        var details = new JsonObject();
        if (RetryAfterSeconds is { } seconds)
        {
            details["retryAfterSeconds"] = seconds;
        }

        if (Cause is not null)
        {
            details["causes"] = new JsonArray(new JsonObject { ["reason"] = Cause, ["message"] = Message });
        }

        if (details.Count > 0)
        {
            status["details"] = details;
        }

        return status;
    }

    public static FakeStatusException NotFound(string what) => new(404, "NotFound", $"{what} not found");

    public static FakeStatusException PageNotFound() =>
        new(404, "NotFound", "the server could not find the requested resource");

    public static FakeStatusException Conflict(string name) => new(
        409,
        "Conflict",
        $"Operation cannot be fulfilled on \"{name}\": the object has been modified; please apply your changes to the "
        + "latest version and try again");

    public static FakeStatusException Invalid(string message) => new(422, "Invalid", message);

    public static FakeStatusException Expired(string message) => new(410, "Expired", message);

    public static FakeStatusException TooLarge(long asked, long current) =>
        new(504, "Timeout", $"Too large resource version: {asked}, current: {current}")
        {
            RetryAfterSeconds = 1,
            Cause = "ResourceVersionTooLarge",
        };
}
