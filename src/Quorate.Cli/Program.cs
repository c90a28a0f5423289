using Quorate.Cli;
using Quorate.Cli.Output;

#pragma warning disable RS0030 // The composition root names the system clock.
return await QuorateCommand.RunAsync(args, Terminal.OfProcess(), TimeProvider.System);
