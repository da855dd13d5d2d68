# %% question
<form id="MathJax" name="Hub"><input name="Startup"></form><a id="formgrader" name="base_url" href="x:y">x</a>

<div id="question">3</div><img name="getElementById"><a id="submission_id" href="x:y">x</a>
