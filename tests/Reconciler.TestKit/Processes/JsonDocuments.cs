using System.Text;
using System.Text.Json.Nodes;

namespace Reconciler.TestKit.Processes;

/// <summary>Puts the indented JSON documents of `kubectl get -w -o json` together, line by line.</summary>
internal sealed class JsonDocuments
{
    private readonly StringBuilder _text = new();

    /// <summary>The document that this line completes, or null.</summary>
    public JsonNode? Add(string line)
    {
        // What kubectl logs comes on another stream, and so in the middle of a document, too.
        var isPart = line.StartsWith('{') || (_text.Length > 0 && line is [' ' or '}', ..]);
        if (!isPart)
        {
            return null;
        }

        _text.AppendLine(line);
        if (!line.StartsWith('}'))
        {
            return null;
        }

        var document = JsonNode.Parse(_text.ToString());
        _text.Clear();
        return document;
    }
}
