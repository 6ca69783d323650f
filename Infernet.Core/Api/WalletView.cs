namespace Infernet.Core.Api;

/// <summary>A wallet: where it is, and who it is to the chain. Never its key.</summary>
public sealed record WalletView
{
    /// <summary>In base58; where it is paid.</summary>
    public required string Address { get; init; }

    /// <summary>The file of its key.</summary>
    public required string File { get; init; }

    /// <summary>Whether a passphrase is needed to open the file.</summary>
    public required bool Sealed { get; init; }
}
