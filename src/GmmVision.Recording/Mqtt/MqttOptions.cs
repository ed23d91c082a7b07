using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Protocol;

namespace GmmVision.Recording.Mqtt;

/// <summary>Which broker is told, and under which topics.</summary>
/// <param name="Broker">mqtt://user:password@host:port, or mqtts:// with TLS; ports 1883 and 8883 unless given.</param>
public sealed record MqttOptions(Uri Broker)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>What all topics begin with: letters, digits, '-', '_', and '/' between them.</summary>
    public string Prefix { get; init; } = "gmmvision";

    /// <summary>What topics of Home Assistant's discovery begin with; null where nothing is announced there.</summary>
    public string? Discovery { get; init; } = "homeassistant";

    /// <summary>A file of certificates (PEM) that the broker's must be signed by, in place of the system's; null for those.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>Throws where something is out of range.</summary>
    /// <exception cref="ArgumentException">The message says what, and what is allowed.</exception>
    public MqttOptions Validate()
    {
        if (Broker.Scheme is not ("mqtt" or "mqtts") || Broker.Host.Length == 0)
            throw new ArgumentException($"The broker is '{Broker.Scheme}://{Broker.Host}': it must be mqtt://[user:password@]host[:port], or mqtts:// with TLS.");
        RequireTopic(Prefix, "The prefix");
        if (Discovery is not null)
            RequireTopic(Discovery, "The prefix of the discovery");
        if (CertificateAuthority is not null && Broker.Scheme != "mqtts")
            throw new ArgumentException("A certificate authority is given for a broker without TLS: begin its address with mqtts://.");
        _ = Certificates();
        return this;
    }

    /// <summary>The certificates of <see cref="CertificateAuthority"/>; null where none is given.</summary>
    /// <exception cref="ArgumentException">The file holds none, or cannot be read.</exception>
    internal X509Certificate2Collection? Certificates()
    {
        if (CertificateAuthority is null)
            return null;
        try
        {
            X509Certificate2Collection all = [];
            all.ImportFromPemFile(CertificateAuthority);
            return all.Count > 0 ? all : throw new CryptographicException("it holds no certificate");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ArgumentException($"The certificate authority '{CertificateAuthority}' cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>How a client connects: with a last will that says "offline".</summary>
    /// <param name="available">The topic of that will.</param>
    /// <param name="timeout">Of whatever it asks.</param>
    internal MqttClientOptions ForClient(string available, TimeSpan timeout)
    {
        bool isSecret = Broker.Scheme == "mqtts";
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder()
            .WithTcpServer(Broker.Host, Broker.Port > 0 ? Broker.Port : isSecret ? 8883 : 1883)
            .WithClientId($"gmmvision-{Environment.MachineName}-{Environment.ProcessId}")
            .WithCleanSession()
            .WithKeepAlivePeriod(KeepAlive)
            .WithTimeout(timeout)
            .WithWillTopic(available).WithWillPayload("offline").WithWillRetain().WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        if (Broker.UserInfo.Length > 0)
        {
            string[] parts = Broker.UserInfo.Split(':', 2);
            builder.WithCredentials(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }
        if (isSecret)
        {
            builder.WithTlsOptions(tls =>
            {
                tls.UseTls().WithTargetHost(Broker.Host);
                if (Certificates() is { } trusted)
                    tls.WithTrustChain(trusted);
            });
        }
        return builder.Build();
    }

    private static void RequireTopic(string topic, string what)
    {
        if (topic.Length is 0 or > 100 || topic.Split('/').Any(level => level.Length == 0 || level.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))))
            throw new ArgumentException($"{what} is '{topic}': it must be 1 to 100 letters, digits, '-' and '_', with '/' between levels.");
    }
}
