using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Cli.Payments;
using Infernet.Core.Api;
using Infernet.Daemon.Configuration;
using Infernet.Daemon.Payments.Contracts;

namespace Infernet.Cli.Evidence;

/// <summary>
/// <c>infernet evidence attest</c>: a member of the committee signs that an evidence file justifies slashing a stake, or
/// releasing an escrow. The member's key never leaves this process; the node only says how the account stands.
/// </summary>
internal static class AttestCommand
{
    private static readonly Argument<string> Source = new("FILE") { Description = "An evidence file." };

    private static readonly Option<string> Committee = new("--committee")
    {
        Description = "The member's key: a file of the Solana CLI's format, or a node's identity.key.", HelpName = "KEY", Required = true,
    };

    private static readonly Option<string> Slash = new("--slash")
    {
        Description = "Slash the stake of this wallet.", HelpName = "WALLET",
    };

    private static readonly Option<string> Release = new("--release")
    {
        Description = "Release this escrow to its payee.", HelpName = "ESCROW",
    };

    private static readonly Option<string> Amount = new("--amount")
    {
        Description = "How much of it, such as \"50 SOL\" or 50SOL.", HelpName = "AMOUNT", Required = true,
    };

    private static readonly Option<string> Target = new("--output", "-o")
    {
        Description = "Where to write the attestation (default: standard output).", HelpName = "FILE",
    };

    public static Command Create() => new CliCommand(
        "attest",
        "Sign, as a member of the committee, that evidence justifies slashing a stake or releasing an escrow. Nothing is sent.",
        "infernet evidence attest case.evidence --committee member.json --slash 4dJkJH7sPwfQ3q7u8LR4yHa33MAATvj9dZ8yZg3zZgPC --amount 50SOL -o first.attestation",
        "infernet evidence attest job.evidence --committee member.json --release 9D73eqmsDLur1UgN4mNKUhsDLQBGy1SWxrKRKErFXata --amount 0.5SOL")
        .With(Source, Committee, Slash, Release, Amount, Target)
        .Runs(RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        (string action, string of) = (context.Value(Slash), context.Value(Release)) switch
        {
            ({ } owner, null) => ("slash", owner),
            (null, { } escrow) => ("release", escrow),
            _ => throw new UsageException("Give either --slash WALLET or --release ESCROW."),
        };
        EvidenceFileView file = EvidenceCommands.ReadFile(context.Value(Source), context.Time);
        if (!file.Verified)
        {
            throw new ApiException(
                "not-verified", $"{context.Value(Source)} does not hold; 'infernet evidence verify' says why. Nothing was signed.");
        }

        string rejected = string.Join(
            ',', file.Cases.Where(c => c.Outcome == "rejected").Select(c => c.Provider).OfType<string>().Distinct());
        AttestationSubject subject = await context.Api.GetAsync(
            $"v1/payments/attestation?action={action}&of={Uri.EscapeDataString(of)}"
            + (action == "slash" ? $"&rejected={rejected}" : ""),
            PaymentJson.Default.AttestationSubject, cancellationToken);
        ulong amount = Read(context.Parsed.GetRequiredValue(Amount), subject.Asset);
        AttestationView attestation = CommitteeAttestation.Sign(
            subject, Convert.FromHexString(file.Hash), amount, context.Parsed.GetRequiredValue(Committee),
            context.Configuration().Get(PaymentSettings.WalletPassphrase));
        Report(context, attestation, subject);
        return ExitCode.Done;
    }

    private static void Report(CommandContext context, AttestationView attestation, AttestationSubject subject)
    {
        if (context.Value(Target) is not { } path)
        {
            context.WriteJson(attestation, PaymentJson.Default.AttestationView);
            return;
        }

        AttestationFiles.Write(path, attestation);
        if (context.Json)
        {
            context.WriteJson(attestation, PaymentJson.Default.AttestationView);
        }

        context.Terminal.Error.WriteLine(
            $"Wrote {path}: {attestation.Signer} signs to {attestation.Action} "
            + $"{SpendText.Show(attestation.Amount, subject.Asset)} of {attestation.Subject}. "
            + $"{subject.Threshold} of {subject.Committee.Count} members must sign.");
    }

    private static ulong Read(string text, AssetView asset) =>
        AmountArgument.Read([text], Assets.Of(asset));
}
