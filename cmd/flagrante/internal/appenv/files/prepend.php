<?php
// Made by flagrante: PHP's own streams (file_get_contents, SoapClient and the like)
// read no proxy variables, so this says it to them, before the program begins.
(static function (): void {
    $proxy = (string) getenv('HTTPS_PROXY');
    if (strpos($proxy, 'http://') === 0) {
        $through = ['proxy' => 'tcp://' . rtrim(substr($proxy, 7), '/'), 'request_fulluri' => true];
        stream_context_set_default(['http' => $through]);
    }
})();

// A file that the settings of this machine want in front of programs comes all the same.
foreach (array_merge([php_ini_loaded_file()], explode(',', (string) php_ini_scanned_files())) as $flagrante_ini) {
    $flagrante_ini = trim((string) $flagrante_ini);
    if ($flagrante_ini === '' || basename($flagrante_ini) === 'flagrante.ini') {
        continue;
    }
    $flagrante_settings = @parse_ini_file($flagrante_ini, false, INI_SCANNER_RAW);
    if (!empty($flagrante_settings['auto_prepend_file']) && $flagrante_settings['auto_prepend_file'] !== 'none') {
        require_once trim($flagrante_settings['auto_prepend_file'], '"');
    }
}
unset($flagrante_ini, $flagrante_settings);
