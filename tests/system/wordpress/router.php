<?php
/* What a web server's rewrite rules do: existing files as they are, everything else to WordPress. */
$path = getenv('WP_ROOT') . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($path)) {
    return false;
}
if (is_dir($path) && is_file(rtrim($path, '/') . '/index.php') && rtrim($path, '/') !== getenv('WP_ROOT')) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = '/index.php';
require getenv('WP_ROOT') . '/index.php';
