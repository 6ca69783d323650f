using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Wallets;

/// <summary>The wallet of a home, for those who have no node running: made, imported, looked at. Never overwritten.</summary>
public static class WalletStore
{
    /// <summary>Makes a key.</summary>
    /// <exception cref="ApiException">There is one already, or the file can't be written.</exception>
    public static WalletView Create(string path, string? passphrase) =>
        View(path, passphrase is not null, () => WalletFile.Create(path, passphrase));

    /// <summary>Takes over a key of the Solana CLI's format: a JSON array of 64 numbers.</summary>
    /// <exception cref="ApiException">The text is none, or there is a wallet already.</exception>
    public static WalletView Import(string path, string json, string? passphrase) =>
        View(path, passphrase is not null, () => WalletFile.Import(path, json, passphrase));

    /// <summary>Looks at the wallet that is there.</summary>
    /// <exception cref="ApiException">There is none, or it can't be opened.</exception>
    public static WalletView Open(string path, string? passphrase) =>
        View(path, passphrase is not null, () => WalletFile.Load(path, passphrase));

    private static WalletView View(string path, bool isSealed, Func<SolanaKey> key)
    {
        try
        {
            return new WalletView { Address = key().Address.ToString(), File = path, Sealed = isSealed };
        }
        catch (KeyFileException problem)
        {
            throw new ApiException(Describe(path, problem), problem);
        }
    }

    private static ApiError Describe(string path, KeyFileException problem) => problem.Problem switch
    {
        KeyFileProblem.NotFound => new ApiError
        {
            Code = PaymentCodes.WalletMissing,
            Message = $"There is no wallet at {path}. Make one with 'infernet wallet create', or take over one with "
                + "'infernet wallet import FILE'.",
        },
        KeyFileProblem.AlreadyExists => new ApiError
        {
            Code = "conflict",
            Message = $"There is a wallet at {path} already, and a wallet is never overwritten. "
                + "'infernet wallet show' shows its address.",
        },
        KeyFileProblem.PassphraseNeeded => new ApiError
        {
            Code = PaymentCodes.WalletMissing,
            Message = $"The wallet {path} is sealed. Give its passphrase by the setting wallet_passphrase: in "
                + "INFERNET_WALLET_PASSPHRASE, or by 'infernet config set wallet_passphrase'.",
        },
        KeyFileProblem.Broken when problem.Message.Contains("imported", StringComparison.Ordinal) =>
            new ApiError { Code = "invalid", Message = problem.Message },
        _ => new ApiError { Code = PaymentCodes.WalletMissing, Message = problem.Message },
    };
}
