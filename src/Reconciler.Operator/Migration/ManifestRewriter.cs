using System.Text;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Migration;

/// <summary>What became of the manifests.</summary>
/// <param name="Files">Written now.</param>
/// <param name="Notes">What could not be kept, one line each.</param>
internal sealed record Rewriting(IReadOnlyList<string> Files, IReadOnlyList<string> Notes);

/// <summary>
/// Writes the manifests of moved modules: beside the old file as <c>NAME.migrated.yaml</c>, or in place. A file that
/// says the same already is not written. The new manifests have <c>importKey</c>,
/// so that an operator binds what exists.
/// </summary>
internal sealed class ManifestRewriter(MigrationInput input, MigrationRecord record, bool inPlace)
{
    private readonly List<string> _files = [];
    private readonly List<string> _notes = [];

    /// <exception cref="ManifestException">A file cannot be written.</exception>
    public Rewriting Run()
    {
        var moved = input.Modules
            .Select(module => (module.Place, Rewrite: RewriteOf(module.Resource)))
            .Where(module => module.Rewrite is not null)
            .GroupBy(module => module.Place.File, StringComparer.Ordinal);
        foreach (var file in moved)
        {
            Rewrite(file.Key, [.. file.Select(module => (module.Place.Line, module.Rewrite!))]);
        }

        return new Rewriting(_files, _notes);
    }

    private ModuleRewrite? RewriteOf(DynamicModuleResource module) =>
        record.Find(module.Owner) is { Stage: MigrationStage.Created or MigrationStage.Moved, New.Key: { } key } moved
            ? new ModuleRewrite(module, input.To.Resource.Key, moved.New.Type, key, moved.New.Content)
            : null;

    private void Rewrite(string file, List<(long Line, ModuleRewrite Module)> modules)
    {
        var documents = YamlDocuments.Split(File.ReadAllText(file));
        var edits = modules.ToDictionary(
            module => module.Module, module => documents.Holding(module.Line) is { } document
                ? YamlModuleEdit.Apply(document.Lines, module.Module)
                : null);
        if (inPlace && edits.Values.All(edit => edit is not null))
        {
            foreach (var (line, module) in modules)
            {
                documents.Holding(line)!.Lines = edits[module]!;
            }

            Save(file, documents.ToString());
            return;
        }

        if (inPlace)
        {
            _notes.Add($"{file}: not rewritten in place, since it is not laid out as plain block YAML");
        }

        var written = new List<string>();
        foreach (var (line, module) in modules)
        {
            if (edits[module] is null)
            {
                _notes.Add($"{file}:{line}: comments are not kept");
            }

            written.Add(string.Join('\n', edits[module] ?? [.. YamlText.Block(module.Fresh(), 0)]).Trim('\n') + "\n");
        }

        Save(Path.ChangeExtension(file, null) + MigrationInput.Suffix, string.Join("---\n", written));
    }

    private void Save(string path, string text)
    {
        try
        {
            if (File.Exists(path) && File.ReadAllText(path) == text)
            {
                return;
            }

            var temporary = path + ".new";
            File.WriteAllText(temporary, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(temporary, path, overwrite: true);
            _files.Add(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ManifestException($"{path}: cannot be written: {exception.Message}", exception);
        }
    }
}
