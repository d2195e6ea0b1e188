using System.Globalization;
using System.Text;
using Reconciler.Core.Execution;

namespace Reconciler.Operator.Resources;

/// <summary>
/// The right to write of a run without a cluster: an exclusive lock on <c>lock</c> in the state directory, held by the
/// system for as long as the process lives, so that a killed one leaves nothing to clean up.
/// </summary>
internal sealed class StateLock : IWriteFence, IDisposable
{
    private readonly FileStream _file;

    private StateLock(FileStream file, string clusterId)
    {
        _file = file;
        ClusterId = clusterId;
        Holds = true;
    }

    /// <summary>Made once per state directory; stands for the cluster's id in ledgers.</summary>
    public string ClusterId { get; }

    public bool Holds { get; private set; }

    public CancellationToken Lost => CancellationToken.None;

    /// <exception cref="ManifestException">Another process holds it, or the directory cannot be written.</exception>
    public static StateLock Take(string directory, Func<Guid> newId)
    {
        var path = Path.Combine(directory, "lock");
        try
        {
            PrivateFile.MakeDirectory(directory);
            var file = PrivateFile.Open(path, FileMode.OpenOrCreate, FileShare.None);
            PrivateFile.Replace(
                HolderPath(directory),
                Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            return new StateLock(file, ReadOrMakeId(directory, newId));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ManifestException(
                $"{directory}: cannot be written: choose another directory with --state", exception);
        }
        catch (IOException exception)
        {
            throw new ManifestException(
                HolderOf(directory) is { } holder
                    ? $"{directory}: in use by process {holder}: wait until it ends, or choose another directory with "
                        + "--state"
                    : $"{directory}: cannot be locked: {exception.Message}",
                exception);
        }
    }

    public void Dispose()
    {
        Holds = false;
        _file.Dispose();
    }

    private static string ReadOrMakeId(string directory, Func<Guid> newId)
    {
        var path = Path.Combine(directory, "id");
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } known)
        {
            return known;
        }

        var id = newId().ToString();
        PrivateFile.Replace(path, Encoding.ASCII.GetBytes(id));
        return id;
    }

    /// <summary>A file of its own: nothing of a locked file can be read.</summary>
    private static string HolderPath(string directory) => Path.Combine(directory, "holder");

    private static string? HolderOf(string directory)
    {
        try
        {
            var text = File.ReadAllText(HolderPath(directory));
            return text.Length is > 0 and < 20 && text.All(char.IsAsciiDigit) ? text : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
