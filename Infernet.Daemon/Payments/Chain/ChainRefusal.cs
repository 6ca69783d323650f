using System.Text.Json;
using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Chain;

/// <summary>Puts a cluster's error into words: the code, and the sentence of the program that refused.</summary>
internal static class ChainRefusal
{
    private const int MaxShown = 300;

    /// <summary>Why a transaction would fail, or failed.</summary>
    /// <param name="error">The cluster's JSON.</param>
    /// <param name="message">The transaction's.</param>
    /// <param name="program">The settlement program.</param>
    public static (string Code, string Sentence) Describe(string? error, Message message, Address program)
    {
        if (SettlementFailure.TryRead(error, out SettlementFailure failure)
            && failure.Instruction >= 0 && failure.Instruction < message.Instructions.Count
            && message.Accounts[message.Instructions[failure.Instruction].Program] == program)
        {
            return (PaymentCodes.Refused, $"the settlement program refuses: {Sentence(failure.Error)}");
        }

        string text = error ?? "no reason given";
        if (RentIndex(text) is { } index)
        {
            string account = index < message.Accounts.Count ? message.Accounts[index].ToString() : $"number {index}";
            return (PaymentCodes.Dust,
                $"the account {account} would be left with less than the rent of an account ({Asset.Sol.Show(
                    Spending.TransactionOutflow.Rent(0))} for an empty one); a larger amount is needed, or somebody sends it that "
                + "much first");
        }

        return text.Contains("InsufficientFundsForFee", StringComparison.Ordinal)
            || text.Contains("AccountNotFound", StringComparison.Ordinal)
            ? (PaymentCodes.Unfunded, $"the wallet {message.Accounts[0]} can't pay the fee; send it some SOL")
            : (PaymentCodes.Refused, $"the cluster says: {text[..Math.Min(text.Length, MaxShown)]}");
    }

    private static string Sentence(SettlementError error) => error switch
    {
        SettlementError.Accounts => "too few accounts",
        SettlementError.Data => "a value is out of its range",
        SettlementError.State => "an account is not the program's, or of another kind: it may be closed by now",
        SettlementError.Signer => "a signature is missing, or it is somebody else's",
        SettlementError.Address => "an account is not the one that the contract names",
        SettlementError.Exists => "the address is in use already",
        SettlementError.Amount => "the amount is zero, too little, or more than there is",
        SettlementError.Time => "it is too early or too late for this",
        SettlementError.Stale => "the voucher is not above what was settled before",
        SettlementError.Deposit => "the voucher is above the deposit",
        SettlementError.Signature => "no Ed25519 instruction checks the signature",
        SettlementError.VoucherKey => "the voucher is signed by another key",
        SettlementError.Voucher => "another message was signed",
        SettlementError.Threshold => "fewer of the committee have signed than are needed",
        SettlementError.TokenAccount => "a token account is missing, or of another mint or owner",
        SettlementError.Authority => "only the program's upgrade authority may do this",
        SettlementError.Closing => "the channel is being closed already",
        _ => $"error {(int)error}, which this program does not know",
    };

    // {"InsufficientFundsForRent":{"account_index":3}}
    private static int? RentIndex(string error)
    {
        try
        {
            using var document = JsonDocument.Parse(error);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("InsufficientFundsForRent", out JsonElement rent)
                && rent.ValueKind == JsonValueKind.Object
                && rent.TryGetProperty("account_index", out JsonElement index)
                && index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out int number) && number >= 0
                ? number : null;
        }
        catch (Exception nonsense) when (nonsense is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
