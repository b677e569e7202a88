# Completion of clocktool for PowerShell 5.1 and newer. To use it, add to $PROFILE:
# clocktool completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName clocktool -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $fields = @('powershell')
    $fields += $commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($null -ne $_.Value) { "$($_.Value)" } else { $_.Extent.Text } }
    $fields += $wordToComplete
    $before = [Console]::OutputEncoding
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        $env:PYTHONIOENCODING = 'utf-8'
        $env:_CLOCKTOOL_COMPLETE = $fields -join [char]0x1f
        # Without candidates PowerShell offers files, which a line of one separator asks for.
        clocktool 2>$null | Where-Object { $_ -ne [string][char]0x1f } | ForEach-Object {
            $text, $value, $help = $_ -split "`t", 3
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new(
                $text, $value, 'ParameterValue', $help)
        }
    } finally {
        $env:_CLOCKTOOL_COMPLETE = $null
        $env:PYTHONIOENCODING = $null
        [Console]::OutputEncoding = $before
    }
}
