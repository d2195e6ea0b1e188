namespace Reconciler.Kubernetes.Client;

/// <summary>Reads the <c>user</c> of a kubeconfig. As with kubectl a plugin goes before a token file, and that before
/// a token.</summary>
internal sealed class CredentialSource(Func<string, string?> environment, TimeProvider time)
{
    public IApiCredential CredentialOf(YamlSection user, Uri server)
    {
        if (user.Section("exec") is { } exec)
        {
            return new ExecCredential(ExecPlugin.From(exec, server, environment), time);
        }

        if (user.Text("tokenFile") is { } path)
        {
            return new TokenFileCredential(Pem.Existing(user, "tokenFile", path), time);
        }

        if (user.Text("token") is { } token)
        {
            return new TokenCredential(token);
        }

        return user.Section("auth-provider") is null && user.Text("username") is null
            ? AnonymousCredential.Instance
            : throw new ClusterConfigException(
                $"{user.Where}: auth-provider and username/password are not supported (Kubernetes removed them). "
                + "Use exec, token, tokenFile or a client certificate.");
    }

    public IClientCertificate? CertificateOf(YamlSection user)
    {
        var certificate = PemOf(user, "client-certificate");
        var key = PemOf(user, "client-key");
        if (certificate is null && key is null)
        {
            return null;
        }

        return certificate is not null && key is not null
            ? new PemClientCertificate(certificate, key, user.Where)
            : throw new ClusterConfigException(
                $"{user.Where}: client-certificate and client-key are needed together; one of them is missing.");
    }

    private static Func<string>? PemOf(YamlSection user, string key)
    {
        if (user.Text(key + "-data") is { } data)
        {
            var text = Pem.Decode(data, $"{user.Where}: {key}-data");
            return () => text;
        }

        if (user.Text(key) is not { } path)
        {
            return null;
        }

        var file = Pem.Existing(user, key, path);
        return () => File.ReadAllText(file);
    }
}
