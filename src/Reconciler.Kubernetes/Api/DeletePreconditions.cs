namespace Reconciler.Kubernetes.Api;

/// <summary>Deletes only this very object: a recreated one of the same name answers 409.</summary>
public sealed record DeletePreconditions(string? Uid = null, string? ResourceVersion = null)
{
    public static readonly DeletePreconditions None = new();

    internal byte[] ToJson() => JsonBytes.Write(this, static (writer, preconditions) =>
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "DeleteOptions");
        writer.WriteString("apiVersion", "v1");
        if (preconditions is not { Uid: null, ResourceVersion: null })
        {
            writer.WriteStartObject("preconditions");
            if (preconditions.Uid is { } uid)
            {
                writer.WriteString("uid", uid);
            }

            if (preconditions.ResourceVersion is { } version)
            {
                writer.WriteString("resourceVersion", version);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });
}
