using System.Text;

namespace Reconciler.Kubernetes.Api;

/// <summary>Appends percent-encoded parameters to a path; a null value appends nothing.</summary>
internal sealed class QueryString(string path)
{
    private readonly StringBuilder _text = new(path);
    private char _separator = '?';

    public QueryString With(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _separator = '&';
        }

        return this;
    }

    public QueryString With(string name, bool value) => value ? With(name, "true") : this;

    public Uri ToUri() => new(_text.ToString(), UriKind.Relative);
}
