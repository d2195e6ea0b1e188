using System.Text.Json;
using Reconciler.Core.Modules;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Migration;

/// <summary><c>migrations/&lt;from&gt;/&lt;to&gt;.json</c> below the state directory, replaced atomically and flushed
/// to the disk. Who writes must hold the <see cref="StateLock"/>.</summary>
internal sealed class FileMigrationRecords(string directory, InstallationKey from, InstallationKey to)
    : IMigrationRecords
{
    private readonly string _path = Path.Combine(
        directory, "migrations", from.Namespace, from.Name, to.Namespace, $"{to.Name}.json");

    /// <exception cref="ManifestException">The file cannot be read or is no record.</exception>
    public MigrationRecord? Read()
    {
        try
        {
            return File.Exists(_path) ? MigrationRecordJson.Read(File.ReadAllBytes(_path)) : null;
        }
        catch (JsonException exception)
        {
            throw new ManifestException($"{_path}: not a migration record: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ManifestException($"{_path}: cannot be read: {exception.Message}", exception);
        }
    }

    /// <exception cref="ManifestException">The file cannot be written.</exception>
    public void Write(MigrationRecord record)
    {
        try
        {
            PrivateFile.Replace(_path, MigrationRecordJson.Write(record));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ManifestException($"{_path}: cannot be written: {exception.Message}", exception);
        }
    }
}
