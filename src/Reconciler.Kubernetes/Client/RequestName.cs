namespace Reconciler.Kubernetes.Client;

/// <summary>How a request is called in errors: its method and path. Queries and headers stay out of them.</summary>
internal static class RequestName
{
    public static string Of(HttpRequestMessage request)
    {
        var address = request.RequestUri;
        var path = address is null ? ""
            : address.IsAbsoluteUri ? address.AbsolutePath
            : address.OriginalString.Split('?')[0];
        return $"{request.Method} /{path.TrimStart('/')}";
    }
}
