using System.Text.Json;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Node;

/// <summary>Builds with our code the instruction that a vector describes.</summary>
internal static class KitInstructions
{
    public static Instruction Build(JsonElement v) => v.Text("kind") switch
    {
        "raw" => Raw(v),
        "unitLimit" => ComputeBudget.SetUnitLimit(v.GetProperty("units").GetUInt32()),
        "unitPrice" => ComputeBudget.SetUnitPrice(v.UInt64("microLamports")),
        "transfer" => SystemProgram.Transfer(At(v, "source"), At(v, "destination"), v.UInt64("amount")),
        "createAccount" => SystemProgram.CreateAccount(
            At(v, "payer"), At(v, "newAccount"), v.UInt64("lamports"), v.UInt64("space"), At(v, "programAddress")),
        "initializeMint" => TokenProgram.InitializeMint(
            At(v, "mint"), v.GetProperty("decimals").GetByte(), At(v, "mintAuthority")),
        "initializeAccount" => TokenProgram.InitializeAccount(At(v, "account"), At(v, "mint"), At(v, "owner")),
        "mintTo" => TokenProgram.MintTo(At(v, "mint"), At(v, "token"), At(v, "mintAuthority"), v.UInt64("amount")),
        "transferChecked" => TokenProgram.TransferChecked(
            At(v, "source"), At(v, "mint"), At(v, "destination"), At(v, "authority"), v.UInt64("amount"),
            v.GetProperty("decimals").GetByte()),
        "closeAccount" => TokenProgram.CloseAccount(At(v, "account"), At(v, "destination"), At(v, "owner")),
        "createAssociated" => AssociatedToken.CreateIdempotent(At(v, "payer"), At(v, "owner"), At(v, "mint")),
        "ed25519" => Verified(v),
        "memo" => Memo.Create(v.Text("text")),
        string other => throw new InvalidOperationException($"No builder for {other}."),
    };

    public static Address At(JsonElement vector, string name) => Address.Parse(vector.Text(name));

    public static AddressTable Table(JsonElement v) => new(
        At(v, "table"), [.. v.GetProperty("addresses").EnumerateArray().Select(a => Address.Parse(a.GetString()!))]);

    private static Instruction Verified(JsonElement v)
    {
        byte[] message = v.Hex("message");
        return Ed25519Program.Verify(
            message,
            [
                .. v.GetProperty("signers").EnumerateArray()
                    .Select(s => SolanaKey.FromSeed(Convert.FromHexString(s.GetString()!)))
                    .Select(k => new Ed25519Signature(k.Address, k.Sign(message))),
            ]);
    }

    private static Instruction Raw(JsonElement v) => new(
        At(v, "program"),
        [
            .. v.GetProperty("accounts").EnumerateArray().Select(a =>
            {
                int role = a.GetProperty("role").GetInt32();
                return new AccountMeta(At(a, "address"), IsSigner: (role & 2) != 0, IsWritable: (role & 1) != 0);
            }),
        ],
        v.Hex("data"));
}
