using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Client;

/// <summary>Runs a credential plugin once, within a time limit and with bounded output.</summary>
internal sealed class ExecRunner(ExecPlugin plugin, TimeProvider time)
{
    private const int OutputBytesMax = 1024 * 1024;
    private const int QuoteBytesMax = 500;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    public async Task<ExecAnswerStatus> RunAsync()
    {
        using var process = Start();
        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var output = new BodyBuffer(OutputBytesMax, null);
        using var errors = new BodyBuffer(OutputBytesMax, null);
        try
        {
            process.StandardInput.Close();
            await Task.WhenAll(
                ReadAsync(process.StandardOutput.BaseStream, output, limit.Token),
                ReadAsync(process.StandardError.BaseStream, errors, limit.Token),
                process.WaitForExitAsync(limit.Token));
        }
        catch (OperationCanceledException exception)
        {
            throw Failed($"did not finish within {TimeLimit.TotalSeconds} s", exception);
        }
        catch (BodyTooLongException exception)
        {
            throw Failed($"printed more than {OutputBytesMax} bytes", exception);
        }
        finally
        {
            Kill(process);
        }

        return process.ExitCode == 0
            ? Parse(output.Written)
            : throw Failed($"exited with code {process.ExitCode}: {PlainText.Quote(errors.Written, QuoteBytesMax)}");
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(plugin.Command)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in plugin.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in plugin.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            var hint = plugin.InstallHint?.ReplaceLineEndings(" ") ?? "Install it or correct exec.command.";
            throw Failed($"cannot be started: {exception.Message}. {hint}", exception);
        }
    }

    private ExecAnswerStatus Parse(ReadOnlySpan<byte> output)
    {
        ExecAnswer? answer;
        try
        {
            answer = JsonSerializer.Deserialize(output, ExecJson.Default.ExecAnswer);
        }
        catch (JsonException exception)
        {
            // The output is not quoted: a broken answer may still hold the token.
            throw Failed("did not print an ExecCredential in JSON", exception);
        }

        if (answer?.ApiVersion != plugin.ApiVersion)
        {
            throw Failed(
                $"answered apiVersion \"{answer?.ApiVersion}\" but the kubeconfig asks for \"{plugin.ApiVersion}\"");
        }

        return answer.Status is { Token: not null } or { ClientCertificateData: not null, ClientKeyData: not null }
            ? answer.Status
            : throw Failed("printed neither a token nor a client certificate with its key");
    }

    private static async Task ReadAsync(Stream stream, BodyBuffer buffer, CancellationToken cancellationToken)
    {
        while (await stream.ReadAsync(buffer.Space(), cancellationToken) is var read and > 0)
        {
            buffer.Advance(read);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private KubernetesConnectionException Failed(string what, Exception? cause = null) =>
        new($"The credential plugin {plugin.Command} {what}.", Delivery.NotSent, cause);
}
