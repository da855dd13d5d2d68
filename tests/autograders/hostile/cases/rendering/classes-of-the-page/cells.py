# %% question
<details class="full-credit"><summary class="full-credit btn mark-graded">Read on</summary>96 x 96 x 75</details>

<div class="navbar-fixed-top modal-backdrop in"><span class="score tabbable comment">3</span></div>
